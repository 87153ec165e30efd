"""What every resource type of the provider must do, proved from one declaration per type."""
