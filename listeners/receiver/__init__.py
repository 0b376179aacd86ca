"""The receiver: Instagram webhooks and YouTube WebSub pushes; a notice is kept first, answered second, followed up third."""
