"""Worlds for the alerts on stores, disks and certificates."""

from __future__ import annotations

from tests.deploy.monitoring.rules.worlds import ANY, Case, World, simple

_MEMBER = 'mysql_perf_schema_replication_group_member_info{member_state="%s",member_role="%s",member_id="%d"}'
STORES = (
    simple("StoreDown", 'redis_up{store="redis-2"}', "1 0x20", "1 0 1x20", {"store": "redis-2"}),
    simple("StoreDown", 'mysql_up{store="mysql"}', "1 0x20", "1x20", {"store": "mysql"}),
    simple(
        "StoreDown",
        'probe_success{job="mongodb",store="mongodb"}',
        "0x20",
        "1x20",
        {"job": "mongodb", "store": "mongodb"},
    ),
    simple(
        "PhotosDown",
        'probe_success{job="photos",store="photos"}',
        "0x20",
        "0x3 1x20",
        {"job": "photos", "store": "photos"},
    ),
    simple(
        "StoreAnswersSlowly",
        'scrape_duration_seconds{job="mysql",store="mysql"}',
        "0.02 0.02 2.5x20",
        # One look that hangs, as when a copy is made.
        "0.02x4 4 0.02x20",
        {"store": "mysql"},
    ),
    Case(
        "RedisMastersNotOne",
        World(
            {
                'redis_instance_info{role="master",store="a"}': "1x20",
                'redis_instance_info{role="master",store="b"}': "1x20",
                "redis_up": "1x20",
            },
            (ANY,),
        ),
        World(
            {
                'redis_instance_info{role="master",store="a"}': "1x20",
                'redis_instance_info{role="slave",store="b"}': "1x20",
                "redis_up": "1x20",
            }
        ),
        # Where there is no Redis to be asked nothing is known of masters.
        also_silent=(World({"up": "1x20"}),),
    ),
    Case(
        "RedisMastersNotOne",
        World({'redis_instance_info{role="slave",store="b"}': "1x20", 'redis_up{store="b"}': "1x20"}, (ANY,)),
        World({'redis_instance_info{role="master",store="b"}': "1x20", 'redis_up{store="b"}': "1x20"}),
        # It was started again while Prometheus was away: what was known of it before is not forgotten yet.
        also_silent=(
            World(
                {
                    'redis_instance_info{role="master",store="b",process_id="1"}': "1x20",
                    'redis_instance_info{role="master",store="b",process_id="2"}': "_x4 1x20",
                    'redis_up{store="b"}': "1x20",
                }
            ),
        ),
    ),
    Case(
        "RedisHasNoReplica",
        World(
            {'redis_connected_slaves{store="a"}': "0x20", 'redis_up{store="a"}': "1x20", 'redis_up{store="b"}': "0x20"},
            (ANY,),
        ),
        # One alone never had any.
        World({'redis_connected_slaves{store="a"}': "0x20", 'redis_up{store="a"}': "1x20"}),
        also_silent=(
            World(
                {
                    'redis_connected_slaves{store="a"}': "1x20",
                    'redis_up{store="a"}': "1x20",
                    'redis_up{store="b"}': "1x20",
                }
            ),
        ),
    ),
    Case(
        "MysqlHasNoPrimary",
        World({_MEMBER % ("ONLINE", "SECONDARY", 1): "1x20", _MEMBER % ("ONLINE", "SECONDARY", 2): "1x20"}, (ANY,)),
        World({_MEMBER % ("ONLINE", "SECONDARY", 1): "1x20", _MEMBER % ("ONLINE", "PRIMARY", 2): "1x20"}),
        also_silent=(World({"mysql_up": "1x20"}),),
    ),
    Case(
        "KafkaUnderMinIsr",
        World({'kafka_partitions_under_min_isr{topic="coupons"}': "6x20"}, (ANY,)),
        World({'kafka_partitions_under_min_isr{topic="coupons"}': "0x20", "kafka_partitions_offline": "0x20"}),
    ),
    Case(
        "KafkaUnderMinIsr",
        World({'kafka_partitions_offline{topic="coupons"}': "6x20", "kafka_partitions_under_min_isr": "0x20"}, (ANY,)),
        World({'kafka_partitions_offline{topic="coupons"}': "6 0x20"}),
    ),
    simple("KafkaBrokerMissing", "kafka_brokers", "3 3 2x20", "3 2 3x20"),
    simple("KafkaUnseen", "kafka_look_age_seconds", "0+5x20", "0 10 25 0x20"),
    Case(
        "DiskFills",
        World(
            {
                'node_filesystem_avail_bytes{mountpoint="/",fstype="ext4"}': "5x40",
                'node_filesystem_size_bytes{mountpoint="/",fstype="ext4"}': "100x40",
            },
            ({"mountpoint": "/", "fstype": "ext4"},),
            "2m",
        ),
        World(
            {
                'node_filesystem_avail_bytes{mountpoint="/tmp",fstype="tmpfs"}': "5x40",
                'node_filesystem_size_bytes{mountpoint="/tmp",fstype="tmpfs"}': "100x40",
            },
            at="2m",
        ),
    ),
    # Time begins at nought in these worlds: 10 days, and 20.
    Case(
        "CertificateEnds",
        World(
            {'probe_ssl_earliest_cert_expiry{instance="https://x"}': "864000x40"}, ({"instance": "https://x"},), "2m"
        ),
        World({'probe_ssl_earliest_cert_expiry{instance="https://x"}': "1728000x40"}, at="2m"),
    ),
)
