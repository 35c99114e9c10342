-- What the application may do in the database (PostgreSQL). As the owner of the tables:
--   CREATE ROLE guibin_app LOGIN;
--   psql -f docs/database-role.sql guibin
-- and again after each `manage.py prepare`. DATABASE_URL then names guibin_app; migrations and
-- `manage.py make_partitions` and `retire_months` run as the owner, whom no service knows.

GRANT USAGE ON SCHEMA public TO guibin_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guibin_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guibin_app;

-- Whatever refuses an act by trigger refuses it by grant as well, month partitions included.
DO $$
DECLARE
  guard record;
BEGIN
  FOR guard IN
    SELECT DISTINCT
      tgrelid::regclass AS place,
      upper(substring(tgname FROM '_no_(update|delete)$')) AS act
    FROM pg_trigger
    WHERE tgname ~ '_no_(update|delete)$'
  LOOP
    EXECUTE format('REVOKE %s ON %s FROM guibin_app', guard.act, guard.place);
  END LOOP;
END
$$;
