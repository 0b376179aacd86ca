"""`dengar demo`: the main job from start to finish, on the sandbox."""
