"""The yardstick: a bare Flask route, and twenty Jinja cards without a database, under the same server."""

from __future__ import annotations

from flask import Flask

CARD = """{% macro chip(label, n) %}<button class="chip" aria-label="{{ label }}, {{ n }}"><span>{{ n }}</span></button>{% endmacro %}
{% macro avatar(name) %}<span class="avatar" data-initials="{{ name[:2] }}" aria-hidden="true"></span>{% endmacro %}
<!doctype html><title>Cards</title><main>
{% for card in cards %}<article class="card" id="card-{{ card.id }}"><header>{{ avatar(card.author) }}<a href="/u/{{ card.author }}">{{ card.author }}</a>
<time datetime="{{ card.at }}">{{ card.at }}</time></header><h2><a href="/p/{{ card.id }}">{{ card.title }}</a></h2><p>{{ card.excerpt }}</p>
<footer>{{ chip("Like", card.likes) }}{{ chip("Love", card.loves) }}{{ chip("Fire", card.fires) }}<ul>{% for tag in card.tags %}<li>{{ tag }}</li>{% endfor %}</ul>
<a href="/p/{{ card.id }}#comments">{{ card.comments }} comments</a></footer></article>{% endfor %}</main>"""

app = Flask(__name__)
template = app.jinja_env.from_string(CARD)
cards = [{"id": n, "author": f"member {n}", "at": "2026-11-21T09:00:00Z", "title": f"The title of post {n}",
          "excerpt": "Some forty words of text. " * 8, "likes": n, "loves": n * 2, "fires": 3, "tags": ["one", "two", "three"],
          "comments": n} for n in range(20)]


@app.get("/healthz")
def bare() -> str:
    return "ok"


@app.get("/cards")
def twenty_cards() -> str:
    return template.render(cards=cards)
