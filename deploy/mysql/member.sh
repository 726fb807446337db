# Read by MySQL's image, once, at the end of making a data directory: the accounts of a member of the group.
#
# Each member makes its own, alike, and forgets what making the directory has counted as transactions: one that only a
# single member has would keep it out of the group for ever.

password=$(cat /run/secrets/database_password)
keeper_password=$(cat /run/secrets/mysql_keeper_password)
for word in "$password" "$keeper_password"; do
    case "$word" in
        "" | *[!A-Za-z0-9]*)
            echo "a password of MySQL must be letters and digits, since it stands in SQL" >&2
            exit 1
            ;;
    esac
done

docker_process_sql --database=mysql <<SQL
SET sql_log_bin = 0;
CREATE DATABASE IF NOT EXISTS salon CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS 'salon'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON salon.* TO 'salon'@'%';
GRANT SELECT ON performance_schema.replication_group_members TO 'salon'@'%';
GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO 'salon'@'%';
CREATE USER IF NOT EXISTS 'keeper'@'%' IDENTIFIED BY '$keeper_password';
GRANT GROUP_REPLICATION_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* TO 'keeper'@'%';
GRANT SELECT ON performance_schema.* TO 'keeper'@'%';
CREATE USER IF NOT EXISTS 'copier'@'%' IDENTIFIED BY '$keeper_password';
GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO 'copier'@'%';
CHANGE REPLICATION SOURCE TO SOURCE_USER = 'copier', SOURCE_PASSWORD = '$keeper_password'
  FOR CHANNEL 'group_replication_recovery';
RESET BINARY LOGS AND GTIDS;
-- From now on it starts closed to writers: only the group opens the primary.
SET PERSIST super_read_only = ON;
SQL
