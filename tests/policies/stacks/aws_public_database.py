"""A database for results that everybody can reach, and whose data go with it."""

import pulumi_aws as aws

aws.rds.Instance(
    "results",
    engine="postgres",
    engine_version="17",
    instance_class="db.m7g.large",
    allocated_storage=20,
    username="celery",
    manage_master_user_password=True,
    publicly_accessible=True,
    skip_final_snapshot=True,
)
