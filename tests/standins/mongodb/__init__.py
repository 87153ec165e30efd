"""A stand-in for MongoDB's users: what mongo-java-server has not, written from the manual."""
