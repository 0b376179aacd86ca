"""`python -m dengar` is `dengar`."""

from dengar.cli import main

if __name__ == "__main__":
    main()
