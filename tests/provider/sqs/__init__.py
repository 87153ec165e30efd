"""Tests of SQS's resources, on moto (as AWS) and on ElasticMQ."""
