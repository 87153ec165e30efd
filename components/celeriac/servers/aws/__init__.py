"""Platform `aws`: servers that this stack makes, through pulumi_aws."""
