#!lua flags=allow-oom
-- session: finds the session of this data set, or begins one in an empty Redis.
-- Guard   none
-- Touches session judge
-- Args    id schema
-- Reply   ok id | schema found
local found = redis.call('HMGET', key_session, 'id', 'schema')
if found[1] then
  if found[2] ~= schema then
    return { 'schema', found[2] }
  end
  return { 'ok', found[1] }
end
redis.call('HSET', key_session, 'id', id, 'schema', schema, 'created', now)
-- Nobody has a lease yet, so nobody has to be given time to come back.
redis.call('HSET', key_judge, 'passed_at', now, 'mercy_until', 0)
return { 'ok', id }
