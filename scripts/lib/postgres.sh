# Starts a throw-away PostgreSQL server on loopback for the script that sources
# this; the script stops it. Its databases are kept from one run to the next in
# SOURCIER_BENCH_POSTGRES, since filling them takes longer than asking them.
# Debian packages, PostgreSQL 15 with PostGIS.
postgres_bin=/usr/lib/postgresql/15/bin

# as_postgres runs a command as the server's user: PostgreSQL refuses root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

start_postgres() {
  debian postgresql-15 postgresql-15-postgis-3
  local data=${SOURCIER_BENCH_POSTGRES:-${TMPDIR:-/var/tmp}/sourcier-bench-postgres-$(id -u)}
  mkdir -p "$data"
  if [ "$(id -u)" = 0 ]; then chown postgres: "$data"; fi
  if ! as_postgres test -e "$data/PG_VERSION"; then
    as_postgres "$postgres_bin/initdb" -D "$data" -U bench --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
    as_postgres tee -a "$data/postgresql.conf" >/dev/null <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 2GB
effective_cache_size = 6GB
work_mem = 128MB
maintenance_work_mem = 1GB
random_page_cost = 1.1
jit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 8GB
synchronous_commit = off
fsync = off
autovacuum = off
CONF
  fi
  local port
  port=$(free_port)
  as_postgres "$postgres_bin/pg_ctl" -D "$data" -w -t 60 -o "-p $port" -l "$data/log" start >/dev/null ||
    die "PostgreSQL n’a pas démarré : voir $data/log"
  postgres_data=$data
  stop_postgres() { as_postgres "$postgres_bin/pg_ctl" -D "$postgres_data" -w -m fast stop >/dev/null || true; }
  POSTGRES_ADDRESS="postgres://bench@127.0.0.1:$port/postgres?sslmode=disable"
}

# free_port asks the kernel for a port that nobody uses.
free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
