"""Instagram: the Graph API by polling, webhooks by push."""
