"""The Instagram Graph API (Facebook Login) as far as the listeners use it."""
