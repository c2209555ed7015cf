/* What a browser throws at a passkey or a security key, said on the page instead of in the console. */
(function () {
  const WORDS = {
    NotAllowedError: 'No key was used: it was cancelled, or it took too long.',
    InvalidStateError: 'This key is known here already.',
    SecurityError: 'Passkeys need the name of the site over HTTPS, or http://localhost; an IP address is not enough.',
    NotSupportedError: 'This browser knows no such keys here.'
  }
  const NONE = 'This browser has no passkeys here: they need HTTPS, or http://localhost.'

  document.addEventListener('allauth.error', function (event) {
    const place = document.getElementById('webauthn_error')
    const error = event.detail.exception
    event.preventDefault()
    place.textContent = WORDS[error.name] || (window.PublicKeyCredential ? error.message : NONE)
    place.hidden = false
  })
})()
