"""What a community asks of those who run it: their tasks.

A task is opened and closed by what happens; doing one is always an action of another domain. Hears `member.*`,
`community.*`, `space.*`, `post.published`; publishes `task.*`.
"""
