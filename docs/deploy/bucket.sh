#!/bin/sh
# An S3 server of one machine, in memory: for trying a cluster, not for keeping anything. Debian: apt install ceph-mon ceph-osd radosgw curl openssl
# sh bucket.sh FOLDER PORT BUCKET   starts it; prints what a node needs of it. It runs until its processes are ended: kill $(cat FOLDER/*.pid)
set -eu
folder=$1 port=$2 bucket=$3
mkdir -p "$folder/mon" "$folder/osd" && cd "$folder"
key=TRYING secret=only-for-trying fsid=$(cat /proc/sys/kernel/random/uuid) disk=$(cat /proc/sys/kernel/random/uuid)
export CEPH_CONF="$PWD/ceph.conf"
cat > ceph.conf <<CONF
[global]
fsid = $fsid
mon_host = v1:127.0.0.1:$((port + 1))
public_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_msgr2 = false
ms_mon_client_mode = crc
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 1073741824
mon_allow_pool_size_one = true
run_dir = $PWD
admin_socket =
log_file = $PWD/\$name.log
mon_data = $PWD/mon
osd_data = $PWD/osd
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_data = $PWD
CONF
run() { name=$1; shift; "$@" >"$name.out" 2>&1 & echo $! >"$name.pid"; }
monmaptool --create --fsid "$fsid" --addv a "[v1:127.0.0.1:$((port + 1))]" monmap >monmap.out
ceph-mon --mkfs -i a --monmap monmap
run mon ceph-mon -f -i a
until ceph osd create "$disk" >osd-create.out 2>&1; do sleep 1; done
ceph-osd --mkfs -i 0 --osd-uuid "$disk"
run osd ceph-osd -f -i 0
radosgw-admin user create --uid songs --display-name songs --access-key "$key" --secret-key "$secret" >user.out 2>&1
run gateway radosgw -n client.rgw --no-mon-config -f
until curl -fso /dev/null "http://127.0.0.1:$port"; do sleep 0.2; done
now=$(date -uR)
signature=$(printf 'PUT\n\n\n%s\n/%s' "$now" "$bucket" | openssl dgst -sha1 -hmac "$secret" -binary | base64)
curl -fs -X PUT -H "Date: $now" -H "Authorization: AWS $key:$signature" "http://127.0.0.1:$port/$bucket"
cat <<ENV
S3_BUCKET=$bucket
S3_ENDPOINT=http://127.0.0.1:$port
AWS_ACCESS_KEY_ID=$key
AWS_SECRET_ACCESS_KEY=$secret
ENV
