using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crescent.Joining;

/// <summary>JSON of the joining messages, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinReply))]
[JsonSerializable(typeof(TokenReply))]
public sealed partial class JoinJson : JsonSerializerContext;
