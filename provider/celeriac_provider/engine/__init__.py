"""The provider's engine: everything that is the same for every resource of every system."""
