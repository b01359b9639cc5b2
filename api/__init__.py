"""The control plane's rim: node routes, people's JSON API, live feed and console pages over HTTP."""
