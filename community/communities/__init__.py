"""Communities and their spaces: who belongs where and who may read what.

A community is the tenant; a space is a section of it with its own readers. Promises: at least one active owner at all
times, one membership row per person and community for ever, one definition of visibility. Publishes `community.*`,
`member.*`, `space.*`.
"""
