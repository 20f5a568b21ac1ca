"""The tests. `cast.py` names the people in them, `conftest.py` gives them a site of their own."""
