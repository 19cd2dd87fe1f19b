#!lua
-- keep_image: an owner may name a stored picture by its id from now on. The picture is held before.
-- Touches session refs image
-- Args    owner id hash picture
-- Reply   ok until | session
redis.call('SET', key_image(owner .. ':' .. id), picture, 'PX', IMAGE_MS)
redis.call('ZADD', key_refs, 'GT', now + IMAGE_MS, hash)
return { 'ok', now + IMAGE_MS }
