from django.db import migrations, models

# As they were when every token was for all of them.
GROUPS = (
    'clients', 'work', 'relay', 'sales', 'people', 'results', 'files', 'oversight', 'inbox',
)


def name_scopes(apps, schema_editor):
    tokens = apps.get_model('managers', 'Token').objects
    for read_only, level in ((True, 'read'), (False, 'write')):
        tokens.filter(read_only=read_only).update(scopes=dict.fromkeys(GROUPS, level))


def forget_scopes(apps, schema_editor):
    """A token that could not do everything reads only, or ends where it could not even read all."""
    for token in apps.get_model('managers', 'Token').objects.all():
        if set(token.scopes) != set(GROUPS):
            token.delete()
        elif set(token.scopes.values()) != {'write'}:
            token.read_only = True
            token.save(update_fields=['read_only'])


class Migration(migrations.Migration):

    dependencies = [
        ('managers', '0011_conversions'),
    ]

    operations = [
        migrations.AddField(
            model_name='token',
            name='scopes',
            field=models.JSONField(default=dict, help_text='Level by group of resources.', verbose_name='scope'),
        ),
        migrations.RunPython(name_scopes, forget_scopes),
        migrations.RunSQL('DROP TABLE IF EXISTS knox_authtoken', migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='token',
            name='read_only',
        ),
    ]
