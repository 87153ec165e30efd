# ruff: noqa: E501 - tables, whose lines are as long as what they quote
"""Where the ids of other tools' rules, which ours name in `same_as`, were found."""

from __future__ import annotations

from typing import Final

from celeriac_policies.rule import Tool

_CHECKOV: Final = """
CKV2_AWS_50 | graph_checks/aws/ElastiCacheRedisConfiguredAutomaticFailOver.json | Ensure AWS ElastiCache Redis cluster with Multi-AZ Automatic Failover feature set to enabled
CKV2_AWS_57 | graph_checks/aws/SecretsAreRotated.json | Ensure Secrets Manager secrets should have automatic rotation enabled
CKV2_AWS_69 | graph_checks/aws/RDSEncryptionInTransit.json | Ensure AWS RDS database instance configured with encryption in transit
CKV2_AWS_73 | graph_checks/aws/SQSEncryptionCMK.json | Ensure AWS SQS uses CMK not AWS default keys for encryption
CKV_AWS_16 | resource/aws/RDSEncryption.py | Ensure all data stored in the RDS is securely encrypted at rest
CKV_AWS_17 | resource/aws/RDSPubliclyAccessible.py | Ensure all data stored in RDS is not publicly accessible
CKV_AWS_27 | resource/aws/SQSQueueEncryption.py | Ensure all data stored in the SQS queue is encrypted
CKV_AWS_29 | resource/aws/ElasticacheReplicationGroupEncryptionAtRest.py | Ensure all data stored in the ElastiCache Replication Group is securely encrypted at rest
CKV_AWS_30 | resource/aws/ElasticacheReplicationGroupEncryptionAtTransit.py | Ensure all data stored in the ElastiCache Replication Group is securely encrypted at transit
CKV_AWS_31 | resource/aws/ElasticacheReplicationGroupEncryptionAtTransitAuthToken.py | Ensure all data stored in the ElastiCache Replication Group is securely encrypted at transit and has auth token
CKV_AWS_48 | resource/aws/MQBrokerLogging.py | Ensure MQ Broker logging is enabled
CKV_AWS_60 | resource/aws/IAMRoleAllowsPublicAssume.py | Ensure IAM role allows only specific services or principals to assume it
CKV_AWS_62 | resource/aws/IAMAdminPolicyDocument.py | Ensure IAM policies that allow full "*-*" administrative privileges are not created
CKV_AWS_63 | resource/aws/IAMStarActionPolicyDocument.py | Ensure no IAM policies documents allow "*" as a statement's actions
CKV_AWS_69 | resource/aws/MQBrokerNotPubliclyExposed.py | Ensure MQ Broker is not publicly exposed
CKV_AWS_72 | resource/aws/SQSPolicy.py | Ensure SQS policy does not allow ALL (*) actions.
CKV_AWS_96 | resource/aws/AuroraEncryption.py | Ensure all data stored in Aurora is securely encrypted at rest
CKV_AWS_118 | resource/aws/RDSEnhancedMonitorEnabled.py | Ensure that enhanced monitoring is enabled for Amazon RDS instances
CKV_AWS_129 | resource/aws/DBInstanceLogging.py | Ensure that respective logs of Amazon Relational Database Service (Amazon RDS) are enabled
CKV_AWS_133 | resource/aws/DBInstanceBackupRetentionPeriod.py | Ensure that RDS instances has backup policy
CKV_AWS_134 | resource/aws/ElasticCacheAutomaticBackup.py | Ensure that Amazon ElastiCache Redis clusters have automatic backup turned on
CKV_AWS_139 | resource/aws/RDSDeletionProtection.py | Ensure that RDS clusters have deletion protection enabled
CKV_AWS_149 | resource/aws/SecretManagerSecretEncrypted.py | Ensure that Secrets Manager secret is encrypted using KMS CMK
CKV_AWS_157 | resource/aws/RDSMultiAZEnabled.py | Ensure that RDS instances have Multi-AZ enabled
CKV_AWS_168 | resource/aws/SQSQueuePolicyAnyPrincipal.py | Ensure SQS queue policy is not public by only allowing specific services or principals to access it
CKV_AWS_191 | resource/aws/ElasticacheReplicationGroupEncryptedWithCMK.py | Ensure ElastiCache replication group is encrypted by KMS using a customer managed Key (CMK)
CKV_AWS_207 | resource/aws/MQBrokerMinorAutoUpgrade.py | Ensure MQ Broker minor version updates are enabled
CKV_AWS_209 | resource/aws/MQBrokerEncryptedWithCMK.py | Ensure MQ broker encrypted by KMS using a customer managed Key (CMK)
CKV_AWS_208 | resource/aws/MQBrokerVersion.py | Ensure MQ Broker version is current
CKV_AWS_226 | resource/aws/DBInstanceMinorUpgrade.py | Ensure DB instance gets all minor upgrades automatically
CKV_AWS_273 | resource/aws/IAMUserNotUsedForAccess.py | Ensure access is controlled through SSO and not AWS IAM defined users
CKV_AWS_274 | resource/aws/IAMManagedAdminPolicy.py | Disallow IAM roles, users, and groups from using the AWS AdministratorAccess policy
CKV_AWS_277 | resource/aws/SecurityGroupUnrestrictedIngressAny.py | Ensure no security groups allow ingress from 0.0.0.0:0 to port -1
CKV_AWS_293 | resource/aws/RDSInstanceDeletionProtection.py | Ensure that AWS database instances have deletion protection enabled
CKV_AWS_304 | resource/aws/SecretManagerSecret90days.py | Ensure Secrets Manager secrets should be rotated within 90 days
CKV_AWS_322 | resource/aws/ElasticCacheAutomaticMinorUpgrades.py | Ensure ElastiCache for Redis cache clusters have auto minor version upgrades enabled
CKV_AWS_324 | resource/aws/RDSClusterLogging.py | Ensure that RDS Cluster log capture is enabled
CKV_AWS_327 | resource/aws/RDSClusterEncryptedWithCMK.py | Ensure RDS Clusters are encrypted using KMS CMKs
CKV_AWS_353 | resource/aws/RDSInstancePerformanceInsights.py | Ensure that RDS instances have performance insights enabled
CKV_AWS_355 | resource/aws/IAMStarResourcePolicyDocument.py | Ensure no IAM policies documents allow "*" as a statement's resource for restrictable actions
CKV_AWS_387 | resource/aws/SQSOverlyPermissive.py | Ensure SQS policy does not allow public access through wildcards
"""
_CDK_NAG: Final = """
AwsSolutions-AEC3 | - | The ElastiCache Redis cluster does not have both encryption in transit and at rest enabled.
AwsSolutions-AEC4 | - | The ElastiCache Redis cluster is not deployed in a Multi-AZ configuration.
AwsSolutions-AEC6 | - | The ElastiCache Redis cluster does not use Redis AUTH for user authentication.
AwsSolutions-EC23 | - | The Security Group allows for 0.0.0.0/0 or ::/0 inbound access.
AwsSolutions-IAM4 | - | The IAM user, role, or group uses AWS managed policies.
AwsSolutions-IAM5 | - | The IAM entity contains wildcard permissions and does not have a cdk-nag rule suppression with evidence for those permission.
AwsSolutions-RDS2 | - | The RDS instance or Aurora DB cluster does not have storage encryption enabled.
AwsSolutions-RDS3 | - | The non-Aurora RDS DB instance does not have multi-AZ support enabled.
AwsSolutions-RDS10 | - | The RDS instance or Aurora DB cluster does not have deletion protection enabled.
AwsSolutions-RDS13 | - | The RDS instance is not configured for automated backups.
AwsSolutions-SMG4 | - | The secret does not have automatic rotation scheduled.
AwsSolutions-SQS2 | - | The SQS Queue does not have server-side encryption enabled.
AwsSolutions-SQS3 | - | The SQS queue is not used as a dead-letter queue (DLQ) and does not have a DLQ enabled.
AwsSolutions-SQS4 | - | The SQS queue does not require requests to use SSL.
HIPAA.Security-RDSAutomaticMinorVersionUpgradeEnabled | - | The RDS DB instance does not have automatic minor version upgrades enabled.
NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup | - | The ElastiCache Redis cluster does not retain automatic backups for at least 15 days.
NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess | - | The IAM policy grants admin access, meaning the policy allows a principal to perform all actions on all resources.
NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess | - | The IAM policy grants full access, meaning the policy allows a principal to perform all actions on individual resources.
NIST.800.53.R5-RDSEnhancedMonitoringEnabled | - | The RDS DB Instance does not have enhanced monitoring enabled.
NIST.800.53.R5-RDSInstancePublicAccess | - | The RDS DB Instance allows public access.
NIST.800.53.R5-RDSLoggingEnabled | - | The non-Aurora RDS DB instance or Aurora cluster does not have all CloudWatch log types exported.
NIST.800.53.R5-SecretsManagerUsingKMSKey | - | The secret is not encrypted with a KMS Customer managed key.
SQSRedrivePolicy | - | The SQS queue does not have a redrive policy configured.
"""
_TRIVY: Final = """
AVD-AWS-0045 | elasticache/enable_at_rest_encryption.rego | Elasticache Replication Group stores unencrypted data at-rest.
AVD-AWS-0050 | elasticache/enable_backup_retention.rego | Redis cluster should have backup retention turned on
AVD-AWS-0051 | elasticache/enable_in_transit_encryption.rego | Elasticache Replication Group uses unencrypted traffic.
AVD-AWS-0057 | iam/no_policy_wildcards.rego | IAM policy should avoid use of wildcards and instead apply the principle of least privilege
AVD-AWS-0071 | mq/enable_general_logging.rego | MQ Broker should have general logging enabled
AVD-AWS-0072 | mq/no_public_access.rego | Ensure MQ Broker is not publicly exposed
AVD-AWS-0077 | rds/specify_backup_retention.rego | RDS Cluster and RDS instance should have backup retention longer than default 1 day
AVD-AWS-0079 | rds/encrypt_cluster_storage_data.rego | There is no encryption specified or encryption is disabled on the RDS Cluster.
AVD-AWS-0080 | rds/encrypt_instance_storage_data.rego | RDS encryption has not been enabled at a DB Instance level.
AVD-AWS-0096 | sqs/enable_queue_encryption.rego | Unencrypted SQS queue.
AVD-AWS-0097 | sqs/no_wildcards_in_policy_documents.rego | AWS SQS policy document has wildcard action statement.
AVD-AWS-0098 | ssm/secret_use_customer_key.rego | Secrets Manager should use customer managed keys
AVD-AWS-0133 | rds/enable_performance_insights.rego | Enable Performance Insights to detect potential problems
AVD-AWS-0135 | sqs/queue_encryption_with_cmk.rego | SQS queue should be encrypted with a CMK.
AVD-AWS-0177 | rds/enable_deletion_protection.rego | RDS Deletion Protection Disabled
AVD-AWS-0180 | rds/disable_public_access.rego | RDS Publicly Accessible
AVD-AWS-0343 | rds/enable_cluster_deletion_protection.rego | RDS Cluster Deletion Protection Disabled
"""
_CFN_NAG: Final = """
W48 | SqsQueueKmsMasterKeyIdRule.rb | SQS Queue should specify KmsMasterKeyId property
F21 | SqsQueuePolicyWildcardPrincipalRule.rb | SQS Queue policy should not allow * principal
F20 | SqsQueuePolicyWildcardActionRule.rb | SQS Queue policy should not allow * action
F25 | ElastiCacheReplicationGroupAtRestEncryptionRule.rb | ElastiCache ReplicationGroup should have encryption enabled for at rest
F33 | ElastiCacheReplicationGroupTransitEncryptionRule.rb | ElastiCache ReplicationGroup should have encryption enabled for in transit
F26 | RDSDBClusterStorageEncryptedRule.rb | RDS DBCluster should have StorageEncrypted enabled
F27 | RDSDBInstanceStorageEncryptedRule.rb | RDS DBInstance should have StorageEncrypted enabled
F22 | RDSInstancePubliclyAccessibleRule.rb | RDS instance should not be publicly accessible
W75 | RDSInstanceBackupRetentionPeriodRule.rb | RDS instance should have backup retention period greater than 0
F80 | RDSInstanceDeletionProtectionRule.rb | RDS instance should have deletion protection enabled
W53 | AmazonMQBrokerEncryptionOptionsRule.rb | AmazonMQ Broker should specify EncryptionOptions
W77 | SecretsManagerSecretKmsKeyIdRule.rb | Secrets Manager Secret should explicitly specify KmsKeyId.
W2 | SecurityGroupIngressOpenToWorldRule.rb | Security Groups found with cidr open to world on ingress.
F3 | IamRoleWildcardActionOnPermissionsPolicyRule.rb | IAM role should not allow * action on its permissions policy
F4 | IamPolicyWildcardActionRule.rb | IAM policy should not allow * action
F5 | IamManagedPolicyWildcardActionRule.rb | IAM managed policy should not allow * action
W11 | IamRoleWildcardResourceOnPermissionsPolicyRule.rb | IAM role should not allow * resource on its permissions policy
W12 | IamPolicyWildcardResourceRule.rb | IAM policy should not allow * resource
W13 | IamManagedPolicyWildcardResourceRule.rb | IAM managed policy should not allow * resource
"""
_HUB: Final = """
SQS.1 | sqs-controls.html | Amazon SQS queues should be encrypted at rest
SQS.3 | sqs-controls.html | SQS queue access policies should not allow public access
MQ.3 | mq-controls.html | Amazon MQ brokers should have automatic minor version upgrade enabled
MQ.6 | mq-controls.html | RabbitMQ brokers should use cluster deployment mode
ElastiCache.1 | elasticache-controls.html | ElastiCache (Redis OSS) clusters should have automatic backups enabled
ElastiCache.2 | elasticache-controls.html | ElastiCache clusters should have automatic minor version upgrades enabled
ElastiCache.3 | elasticache-controls.html | ElastiCache replication groups should have automatic failover enabled
ElastiCache.4 | elasticache-controls.html | ElastiCache replication groups should be encrypted at rest
ElastiCache.5 | elasticache-controls.html | ElastiCache replication groups should be encrypted in transit
ElastiCache.6 | elasticache-controls.html | ElastiCache (Redis OSS) replication groups of earlier versions should have Redis OSS AUTH enabled
RDS.2 | rds-controls.html | RDS DB Instances should prohibit public access, as determined by the PubliclyAccessible configuration
RDS.3 | rds-controls.html | RDS DB instances should have encryption at-rest enabled
RDS.5 | rds-controls.html | RDS DB instances should be configured with multiple Availability Zones
RDS.6 | rds-controls.html | Enhanced monitoring should be configured for RDS DB instances
RDS.7 | rds-controls.html | RDS clusters should have deletion protection enabled
RDS.8 | rds-controls.html | RDS DB instances should have deletion protection enabled
RDS.9 | rds-controls.html | RDS DB instances should publish logs to CloudWatch Logs
RDS.11 | rds-controls.html | RDS instances should have automatic backups enabled
RDS.13 | rds-controls.html | RDS automatic minor version upgrades should be enabled
RDS.27 | rds-controls.html | RDS DB clusters should be encrypted at rest
RDS.36 | rds-controls.html | RDS for PostgreSQL DB instances should publish logs to CloudWatch Logs
RDS.37 | rds-controls.html | Aurora PostgreSQL DB clusters should publish logs to CloudWatch Logs
RDS.38 | rds-controls.html | RDS for PostgreSQL DB instances should be encrypted in transit
RDS.39 | rds-controls.html | RDS for MySQL DB instances should be encrypted in transit
RDS.42 | rds-controls.html | RDS for MariaDB DB instances should publish logs to CloudWatch Logs
RDS.44 | rds-controls.html | RDS for MariaDB DB instances should be encrypted in transit
SecretsManager.1 | secretsmanager-controls.html | Secrets Manager secrets should have automatic rotation enabled
SecretsManager.4 | secretsmanager-controls.html | Secrets Manager secrets should be rotated within a specified number of days
EC2.18 | ec2-controls.html | Security groups should only allow unrestricted incoming traffic for authorized ports
IAM.1 | iam-controls.html | IAM policies should not allow full "*" administrative privileges
IAM.21 | iam-controls.html | IAM customer managed policies that you create should not allow wildcard actions for services
"""

_TABLES: Final[dict[Tool, tuple[str, str]]] = {
    "checkov": ("checkov 3.3.30 (PyPI), checkov/terraform/checks", _CHECKOV),
    "cdk-nag": ("cdk-nag 3.0.2 (npm), RULES.md", _CDK_NAG),
    "trivy": ("github.com/aquasecurity/trivy-checks v1.10.0, checks/cloud/aws", _TRIVY),
    "cfn-nag": ("github.com/stelligent/cfn_nag, lib/cfn-nag/custom_rules", _CFN_NAG),
    "security-hub": ("https://docs.aws.amazon.com/securityhub/latest/userguide", _HUB),
}
"""By tool: where the files are, and per id its file and what it says."""


def _read() -> dict[str, tuple[Tool, str, str]]:
    found: dict[str, tuple[Tool, str, str]] = {}
    for tool, (folder, table) in _TABLES.items():
        for line in table.strip().splitlines():
            one, file, says = line.split(" | ")
            found[one] = (tool, folder if file == "-" else f"{folder}/{file}", says)
    return found


FOUND: Final = _read()
"""By id: the tool, where it says it, and what it says."""
