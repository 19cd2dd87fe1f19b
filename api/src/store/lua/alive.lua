#!lua flags=allow-oom
-- alive: this replica lives, for ALIVE_MS. A full Redis must not make it look dead.
-- Guard   none
-- Touches session replica
-- Args    replica
-- Reply   ok
redis.call('SET', key_replica(replica), 1, 'PX', ALIVE_MS)
return { 'ok' }
