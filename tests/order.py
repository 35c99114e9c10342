"""Which worker runs which tests, and what begins first."""

from xdist.scheduler import LoadScopeScheduling

# Folders whose tests share one stage, which is built once if one worker runs them all.
TOGETHER = ("tests/demo", "tests/visibility")
ALONE = ("tests/visibility/test_schema.py",)  # as long as all others of its folder
# What takes long begins first: else the last of it keeps one worker while the others are done.
LONG = ("browser", "once", "short", "slow")


def pytest_xdist_make_scheduler(config, log):
    if config.getoption("dist") == "loadfile":
        config.option.loadscopereorder = False  # in the order below, not by number of tests
        return ByStage(config, log)
    return None


class ByStage(LoadScopeScheduling):
    """The tests of a file, or of a folder with a stage, one after another on one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return stage_of(nodeid)


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        long = {stage_of(item.nodeid) for item in items if any(map(item.get_closest_marker, LONG))}
        items.sort(key=lambda item: stage_of(item.nodeid) not in long)


def stage_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    folders = () if file in ALONE else TOGETHER
    return next((folder for folder in folders if file.startswith(f"{folder}/")), file)
