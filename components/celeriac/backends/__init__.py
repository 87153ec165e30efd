"""Result backends: what one app owns on a server to keep its results in."""
