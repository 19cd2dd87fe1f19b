import { HttpResponse, http } from 'msw'
import { expect, test } from 'vitest'
import { network } from '@/test/server'
import { uploadImage } from './uploads'

const server = network()

const file = new Blob(['picture'], { type: 'image/png' })
const answers = (answer: Response) => server.use(http.post('*/api/images', () => answer))
const send = (signal?: AbortSignal) => uploadImage(file, () => {}, signal)

test('a picture is stored, and the answer says under which id', async () => {
  answers(HttpResponse.json({ id: 'a.1' }, { status: 201 }))
  await expect(send()).resolves.toEqual({ id: 'a.1' })
})

test('a refusal is told in the words of the server', async () => {
  answers(HttpResponse.json({ code: 'unsupported_image', detail: 'not a picture' }, { status: 415 }))
  await expect(send()).rejects.toMatchObject({ status: 415, code: 'unsupported_image', message: 'not a picture' })
})

test('an answer that is none of ours is a failure, and never a picture', async () => {
  answers(new HttpResponse('<html>', { status: 200 }))
  await expect(send()).rejects.toMatchObject({ code: 'unavailable' })
})

test('no answer is told apart', async () => {
  answers(HttpResponse.error())
  await expect(send()).rejects.toMatchObject({ unreachable: true })
})

test('what was given up before it began is not sent', async () => {
  await expect(send(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
})
