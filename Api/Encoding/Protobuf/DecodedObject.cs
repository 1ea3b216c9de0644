namespace Crescent.Api.Encoding.Protobuf;

/// <summary>A protobuf body turned into what a JSON client would have sent.</summary>
/// <param name="ApiVersion">From the envelope, e.g. <c>apps/v1</c>.</param>
/// <param name="Kind">From the envelope, e.g. <c>Deployment</c>.</param>
/// <param name="Json">UTF-8 JSON with apiVersion and kind first.</param>
internal sealed record DecodedObject(string ApiVersion, string Kind, byte[] Json);
