"""What the platforms push: WebSub entries (YouTube) and signed webhooks (Instagram), as the virtual clock moves."""
