"""What the Docker platform's tests rest on: the stand-ins for images and for the plugin."""
