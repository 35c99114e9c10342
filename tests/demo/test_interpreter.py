"""A visitor of the demo reads what people typed in the language of the page."""

import pytest
from django.http import FileResponse, HttpResponse
from django.utils import translation

from clients.demo.interpreter import Interpreter, sentences, tell


def test_known_sentences_are_told_and_tags_stay():
    assert tell("<p>Golf · Golfer</p>", "zh-hans") == "<p>高尔夫 · Golfer</p>"
    assert tell('<a title="Golf">Golf</a>', "zh-hans") == '<a title="Golf">高尔夫</a>'
    assert tell("<p>Likes a message before a call.</p>", "zh-hans") == "<p>来电前先发消息。</p>"
    assert (
        tell("<p>Start: likes, Birthday wishes.</p>", "zh-hans")
        == "<p>Start: likes, 生日祝福。</p>"
    )
    assert tell("<p>Ask whether everything works</p>", "zh-hans") == "<p>询问使用是否顺利</p>"
    assert tell("<p>来电前先发消息。</p>", "en") == "<p>Likes a message before a call.</p>"
    assert tell("<p>退休公务员</p>", "en") == "<p>civil servant, retired</p>"
    assert tell("<p>The month&#x27;s news of the portfolio</p>", "zh-hans") == "<p>本月资产情况</p>"


def test_what_a_visitor_typed_stays_as_it_is():
    for typed, language in (("The rates of Golf", "zh-hans"), ("客户退休后再谈", "en")):
        assert tell(f"<p>{typed}</p>", language) == f"<p>{typed}</p>"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_told_in_the_readers_language_stays(language):
    told = {pair[language == "zh-hans"] for pair in sentences()}

    page = "".join(f"<p>{one}</p>" for one in sorted(told) if "'" not in one)

    assert len(told) > 100
    assert tell(page, language) == page


@pytest.mark.parametrize(
    ("response", "is_told"),
    [
        (HttpResponse("<p>Golf</p>"), True),
        (HttpResponse("<p>Golf</p>", content_type="application/json"), False),
        (FileResponse([b"<p>Golf</p>"], content_type="text/html"), False),
    ],
)
def test_only_pages_are_told(rf, response, is_told):
    with translation.override("zh-hans"):
        answer = Interpreter(lambda request: response)(rf.get("/"))

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (content.decode() == "<p>高尔夫</p>") == is_told
