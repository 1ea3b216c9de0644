using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Api.OpenApi;

/// <summary>
/// The OpenAPI v2 document in JSON, for client generators: the documents of version 3 joined into one and rewritten in the older
/// vocabulary (definitions, body parameters, types beside parameters).
/// </summary>
internal static class OpenApiV2Json
{
    private const string NewReference = "#/components/schemas/";
    private const string OldReference = "#/definitions/";

    private static readonly string[] PatchTypes =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    /// <param name="documents">Of version 3, UTF-8 JSON.</param>
    /// <param name="version">Of Kubernetes.</param>
    public static byte[] Build(IEnumerable<byte[]> documents, string version)
    {
        var (paths, definitions) = (new SortedDictionary<string, JsonNode>(StringComparer.Ordinal), new SortedDictionary<string, JsonNode>(StringComparer.Ordinal));
        foreach (var document in documents)
        {
            var root = JsonNode.Parse(document)!.AsObject();
            foreach (var (path, item) in root["paths"]!.AsObject())
            {
                paths[path] = Path(item!.AsObject());
            }

            foreach (var (name, schema) in root["components"]!["schemas"]!.AsObject())
            {
                definitions.TryAdd(name, Schema(schema!.AsObject()));
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = $"v{version}" },
            ["paths"] = Object(paths),
            ["definitions"] = Object(definitions),
            ["securityDefinitions"] = new JsonObject
            {
                ["BearerToken"] = new JsonObject
                {
                    ["type"] = "apiKey", ["name"] = "authorization", ["in"] = "header", ["description"] = "Bearer Token authentication",
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["BearerToken"] = new JsonArray() }),
        });
    }

    /// <summary>A schema in the older vocabulary: references stand alone, and a value has one type.</summary>
    internal static JsonObject Schema(JsonObject schema)
    {
        var result = new JsonObject();
        foreach (var (name, value) in schema)
        {
            switch (name)
            {
                case "allOf" when value is JsonArray { Count: 1 } single:
                    result["$ref"] = Reference(single[0]!);
                    break;
                case "$ref":
                    result["$ref"] = Reference(schema);
                    break;
                case "oneOf":
                    // What may be several things is a string to clients of this version; its format says the rest.
                    result["type"] = "string";
                    break;
                case "properties":
                    result[name] = Object(value!.AsObject().Select(static item => new KeyValuePair<string, JsonNode>(item.Key, Schema(item.Value!.AsObject()))));
                    break;
                case "items" or "additionalProperties" when value is JsonObject nested:
                    result[name] = Schema(nested);
                    break;
                default:
                    result[name] = value?.DeepClone();
                    break;
            }
        }

        return result;
    }

    private static JsonObject Path(JsonObject path)
    {
        var result = new JsonObject();
        foreach (var (name, value) in path)
        {
            result[name] = name == "parameters" ? Parameters(value!.AsArray()) : Operation(name, value!.AsObject());
        }

        return result;
    }

    private static JsonObject Operation(string method, JsonObject operation)
    {
        var parameters = Parameters(operation["parameters"] as JsonArray ?? []);
        if (operation["requestBody"]?["content"] is JsonObject content)
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "body", ["in"] = "body", ["required"] = true, ["schema"] = Schema(content.First().Value!["schema"]!.AsObject()),
            });
        }

        var result = new JsonObject();
        foreach (var (name, value) in operation)
        {
            switch (name)
            {
                case "requestBody" or "parameters":
                    break;
                case "responses":
                    result[name] = Object(value!.AsObject().Select(static item => new KeyValuePair<string, JsonNode>(item.Key, Response(item.Value!.AsObject()))));
                    break;
                default:
                    result[name] = value?.DeepClone();
                    break;
            }
        }

        result["consumes"] = method == "patch" ? Texts(PatchTypes) : Texts("*/*");
        result["produces"] = Texts("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
        result["schemes"] = Texts("https");
        result["parameters"] = parameters;
        return result;
    }

    private static JsonObject Response(JsonObject response)
    {
        var result = new JsonObject { ["description"] = (string?)response["description"] ?? "" };
        if (response["content"]?["application/json"]?["schema"] is JsonObject schema)
        {
            result["schema"] = Schema(schema);
        }

        return result;
    }

    private static JsonArray Parameters(JsonArray parameters) => [.. parameters.Select(static item =>
    {
        var result = new JsonObject();
        foreach (var (name, value) in item!.AsObject())
        {
            if (name != "schema")
            {
                result[name] = value?.DeepClone();
                continue;
            }

            foreach (var (word, meaning) in value!.AsObject())
            {
                result[word] = meaning?.DeepClone();
            }
        }

        return (JsonNode)result;
    })];

    private static string Reference(JsonNode holder) =>
        ((string)holder["$ref"]!).Replace(NewReference, OldReference, StringComparison.Ordinal);

    private static JsonArray Texts(params ReadOnlySpan<string> texts)
    {
        var array = new JsonArray();
        foreach (var text in texts)
        {
            array.Add((JsonNode)text);
        }

        return array;
    }

    private static JsonObject Object(IEnumerable<KeyValuePair<string, JsonNode>> members) =>
        new(members.Select(static item => new KeyValuePair<string, JsonNode?>(item.Key, item.Value)));
}
