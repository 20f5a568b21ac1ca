"""The words of the demo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostText:
    """One post of the demo."""

    author: str
    space: str
    kind: str
    title: str
    content: str
    tags: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()


BIO = "Rides a long-tail with two children and a cello. Started this place because **parking a cargo bike** is still an art."

PEOPLE = {
    "ada": ("Ada Verhoeven", "owner"), "mia": ("Mia Lindqvist", "moderator"), "bob": ("Bob Okafor", "member"),
    "cleo": ("Cleo Marchetti", "member"), "jonas": ("Jonas Weber", "member"), "priya": ("Priya Raman", "member"),
    "tomas": ("Tomas Ilves", "member"),
}

POSTS = (
    PostText("bob", "workshop", "QUESTION", "Front brake squeals only when the box is loaded",
             "Since I changed the pads, the front disc squeals, but **only** with more than about 40 kg in the box. "
             "Empty it is silent.\n\nWhat I tried:\n\n1. Cleaned the disc with alcohol\n2. Sanded the pads lightly\n"
             "3. Centred the caliper again\n\nIs this the steering flexing under load, or do I look in the wrong place?",
             ("brakes", "maintenance"), (("ada", "like"), ("priya", "mind_blown"))),
    PostText("priya", "on-the-road", "DISCUSSION", "Three weeks, one child, 600 km: what we carried and what we did not need",
             "We are back. The short version: half of what we packed stayed in the bags.\n\n## Worth its weight\n\n"
             "- A tarp instead of a second tent\n- One pot, two spoons\n- The folding trailer for the last, flat leg\n\n"
             "## Next time at home\n\n- The camp chairs\n- Every spare part but a tube and a chain link\n\n"
             "> The best days were the short ones.\n\nAsk me anything about riding with a four-year-old who has opinions.",
             ("touring", "packing"), (("ada", "love"), ("bob", "love"), ("tomas", "fire"), ("mia", "like"))),
    PostText("tomas", "workshop", "BLOG", "A bench that folds into the box",
             "Two hinges, one sheet of birch ply and an evening. The bench carries two children to school and folds flat for "
             "shopping.\n\nThe cut list, in millimetres:\n\n```\nseat    600 x 220\nback    600 x 280\nsupport 180 x 180  (2x)\n```\n\n"
             "Oil it, do not varnish it: varnish chips where the buckles hit.",
             ("diy", "wood"), (("cleo", "sparkle"), ("priya", "like"))),
    PostText("cleo", "general", "QUESTION", "Where do you park it at night without a garage?",
             "Third floor, no lift, a courtyard that floods. I rent a parking space for a car now, which feels silly. "
             "What do people in old cities do?", ("parking",), (("jonas", "like"),)),
    PostText("jonas", "general", "DISCUSSION", "Belt or chain after 10,000 km",
             "The belt is at 10,400 km and looks new. The chain bike has had three chains and a cassette in the same time. "
             "The belt tensioner however has been replaced twice, at a price that makes it a draw.\n\n"
             "What are your numbers?", ("drivetrain",), (("bob", "like"), ("tomas", "mind_blown"))),
    PostText("mia", "announcements", "DISCUSSION", "House rules in one minute",
             "Be kind, be concrete, say what you ride. Photos of loads are always welcome. "
             "Selling something? Say so in the title.", (), (("ada", "like"), ("bob", "like"), ("cleo", "like"))),
)

COMMENTS: dict[str, tuple[tuple[str, str, int | None], ...]] = {
    POSTS[0].title: (
        ("ada", "Not flexing. Look at the pads: organic ones glaze when they get hot once with a full box. Sintered pads cured "
                "mine for good.", None),
        ("bob", "They are organic, so that may be it. Does the disc have to be rated for sintered?", 0),
        ("ada", "Yes, look for the small print near the hub: *resin pads only* means no.", 1),
        ("tomas", "Before you buy anything: check that the wheel does not move in the dropout when you brake. Mine did.", None),
    ),
    POSTS[1].title: (
        ("cleo", "How did you sleep dry under a tarp with a child? Asking for a very wet country.", None),
        ("priya", "A sheet below, edges folded up like a tray, and a hill. Always a hill.", 0),
        ("jonas", "600 km in three weeks sounds like exactly the right speed.", None),
    ),
    POSTS[3].title: (
        ("mia", "Ask the city for a bike hangar. Ours took eleven months and one very polite letter a month.", None),
        ("bob", "A long-tail fits upright in most lifts, if you ever move.", None),
    ),
    POSTS[4].title: (("ada", "Chain, waxed: 6,200 km on the first one, still under the mark.", None),),
}
