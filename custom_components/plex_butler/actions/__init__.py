"""What the actions do, once a call is valid; `services.py` registers them."""
