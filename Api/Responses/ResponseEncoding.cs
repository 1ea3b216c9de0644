namespace Crescent.Api.Responses;

/// <summary>Media type of a response body.</summary>
internal enum ResponseEncoding
{
    Json,
    Yaml,
}
