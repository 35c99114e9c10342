"""What changes at a person's own door."""

from managers.access.letters import CHANGES
from tests.factories.access import SignInFactory
from tests.mails.stage import letter, notice, scene


@scene("new-device")
def a_sign_in_from_a_new_device(cast):
    came = SignInFactory(staff=cast.rm, at=cast.now, session_key="s", device="d")
    return letter("new-device", to=cast.rm, at=cast.now, sign_in=came.pk)


def _changed(verb):
    @scene(f"access-changed--{verb.replace('.', '-').replace('_', '-')}")
    def something_changed(cast):
        return letter("access-changed", to=cast.rm, at=cast.now, verb=verb)


for verb in CHANGES:
    _changed(verb)


@scene("notice-mail-in-trouble")
def letters_do_not_leave(cast):
    facts = {"failed": 2, "uncertain": 1, "late": 14, "longest_minutes": 35}
    return notice("mail-in-trouble", cast, to=cast.admin, about=cast.admin, **facts)


@scene("notice-rules-broken")
def rules_make_nothing(cast):
    facts = {"codes": ["birthday", "large-movement"]}
    return notice("rules-broken", cast, to=cast.admin, about=cast.admin, **facts)
