"""Posts: what members write under a title, from draft to page.

Promises: the shown HTML is always made from the stored Markdown; every change of a once-published text keeps a revision;
only the transitions of the status machine happen; counters change in the transaction of what they count.
Publishes `post.*`; hears nothing.
"""
