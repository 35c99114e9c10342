"""While you were away: what a person finds on coming back from days that somebody covered."""

from clients.desk.away.news import News, Promise, news_since
from clients.desk.away.periods import Away, back_on, last_away

__all__ = ["Away", "News", "Promise", "back_on", "last_away", "news_since"]
