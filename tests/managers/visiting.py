"""Pages as a person opens them, and forms as a person sends them."""

from django.urls import reverse


def send(client, person, page, *args, **typed):
    client.force_login(person)
    return client.post(reverse(page, args=args), typed, follow=True)


def see(client, person, page, *args):
    client.force_login(person)
    return client.get(reverse(page, args=args))
