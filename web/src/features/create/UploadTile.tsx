import { RotateCw, X } from 'lucide-react'
import { Button } from '@/components/ui/Button'
import { IconButton } from '@/components/ui/IconButton'
import { ProgressBar } from '@/components/ui/ProgressBar'
import { create } from '@/text/create'
import { percent } from '@/text/format'
import { drop, resend, type Upload } from './intake'
import { UprightImage } from './UprightImage'

/** A picture on its way to the server: how far, or why not. Fills its place. */
export function UploadTile({ upload }: { upload: Upload }) {
  const { key, name, url, fraction, error } = upload
  return (
    <div className="absolute inset-0">
      {/* A browser turns a file of its own by itself. */}
      <UprightImage src={url} alt={name} />
      <div className="absolute inset-x-0 bottom-0 flex flex-col gap-1.5 bg-black/75 p-2 text-xs text-white">
        {error === null ? (
          <>
            <span className="truncate">{create.pictures.sending(name, percent(fraction))}</span>
            <ProgressBar label={create.pictures.sending(name, '')} fraction={fraction} />
          </>
        ) : (
          <div role="alert" className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 flex-1">{error}</span>
            <Button size="sm" onClick={() => resend(key)}>
              <RotateCw size={14} aria-hidden />
              {create.pictures.retry}
            </Button>
          </div>
        )}
      </div>
      <IconButton
        overlay
        size="sm"
        className="absolute top-1.5 right-1.5"
        label={create.pictures.remove(name)}
        icon={<X size={16} />}
        onClick={() => drop(key)}
      />
    </div>
  )
}
