module github.com/boathook/boathook/signer/oracle

go 1.26.0

require github.com/boathook/boathook v0.0.0

require (
	github.com/golang-jwt/jwt/v5 v5.2.2 // indirect
	github.com/golang/mock v1.6.0 // indirect
	github.com/google/go-github/v75 v75.0.0 // indirect
	github.com/google/go-querystring v1.1.0 // indirect
	github.com/gorilla/websocket v1.5.3 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/sendgrid/rest v2.6.9+incompatible // indirect
	github.com/sendgrid/sendgrid-go v3.16.1+incompatible // indirect
	github.com/slack-go/slack v0.35.0 // indirect
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1 // indirect
	github.com/stripe/stripe-go/v82 v82.5.1 // indirect
	github.com/svix/svix-webhooks v1.44.0 // indirect
	github.com/twilio/twilio-go v1.31.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	gopkg.in/validator.v2 v2.0.1 // indirect
)

replace github.com/boathook/boathook => ../..
