"""Every address asked by everybody: what each role gets is written down in `routes.toml`, and nothing else is answered.

A new route needs a line in the section of its domain in `routes.toml`; the failing test prints it to copy. In a line:

1. `"POST /c/<community>/p/<number>/pin" = "staff"`: method and rule, then a pattern of `roles.py` ("anyone", "user",
   "reader", "member", "staff", "admin", "owner", "site_admin", "author" ...), which says what each role gets.
2. Exceptions follow the pattern: `"staff; moderator=403 site_admin=ok"`; `*=404` is everybody. Answers: `ok` (below 400 and
   not to the log-in), `login`, or a status (`403`, `404`, `410` ...); `any` where it depends on what is not a right.
3. A write needs a body its form accepts, a rule with parameters may need other things than the usual ones:
   `{ who = "author", number = "deleted_post", body = { title = "New words", version = "{version}" } }`.
   Things are made in `world.py` (one line in `_things` or `_own`) and named in a line by their key, in bodies in braces.
   `file = true` sends a picture.
4. `confirm = true` for what asks for a proof of identity: who is allowed but did not prove it lately gets 403.
5. Answers that depend on the visibility of the community follow from the pattern; nothing is written three times.
"""
