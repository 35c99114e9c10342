import pytest

from crm.lib.assets import PACKAGE_FILES, PackageFinder, StaticStorage


def test_only_named_files_leave_the_packages(tmp_path, settings):
    settings.NODE_MODULES = tmp_path
    served = tmp_path / "@tabler/core/dist/css/tabler.min.css"
    served.parent.mkdir(parents=True)
    served.touch()
    (tmp_path / "@tabler/core/package.json").touch()
    finder = PackageFinder()

    assert finder.find("tabler/tabler.min.css") == str(served)
    assert finder.find("tabler/tabler.min.css", find_all=True) == [str(served)]
    assert finder.find("@tabler/core/package.json") == []
    assert {name for name, _storage in finder.list([])} == set(PACKAGE_FILES)


def test_missing_packages_are_a_warning_that_says_what_to_do(tmp_path, settings):
    settings.NODE_MODULES = tmp_path

    warnings = PackageFinder().check()

    assert len(warnings) == len(PACKAGE_FILES)
    assert {warning.hint for warning in warnings} == {
        "Run ./start --setup, which installs the front-end packages."
    }


@pytest.mark.parametrize("comment", ["/*# sourceMappingURL=a.css.map */", ""])
def test_styles_may_name_maps_that_are_not_served(tmp_path, comment):
    storage = StaticStorage(location=tmp_path)
    (tmp_path / "a.css").write_text(f"a {{}}\n{comment}\n")

    results = list(storage.post_process({"a.css": (storage, "a.css")}))

    assert not [result for result in results if isinstance(result[2], Exception)]
