namespace Crescent.Api.Responses;

/// <summary>Media type of a response body.</summary>
internal enum ResponseEncoding
{
    Json,
    Yaml,

    /// <summary><c>application/vnd.kubernetes.protobuf</c>; kinds without a protobuf form are answered in JSON.</summary>
    Protobuf,
}
