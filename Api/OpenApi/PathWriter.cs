using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Api.OpenApi;

/// <summary>Writes the paths of one kind.</summary>
internal sealed class PathWriter(Utf8JsonWriter writer, SchemaWriter schemas)
{
    private static readonly string[] PatchTypes =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml",
    ];

    private static readonly string[] ObjectVerbs = ["get", "update", "patch", "delete"];

    public void Write(ResourceDefinition definition)
    {
        var root = definition.Group.Length == 0 ? $"/api/{definition.Version}" : $"/apis/{definition.Group}/{definition.Version}";
        var collection = definition.IsNamespaced ? $"{root}/namespaces/{{namespace}}/{definition.Plural}" : $"{root}/{definition.Plural}";
        if (definition.IsNamespaced && definition.Verbs.Contains("list"))
        {
            BeginPath($"{root}/{definition.Plural}", definition, isNamespaced: false, isNamed: false);
            WriteOperation(definition, "get", "list", "ForAllNamespaces", OperationParameters.List, null, $"{definition.SchemaType}List");
            writer.WriteEndObject();
        }

        WriteCollection(definition, collection);
        if (ObjectVerbs.Any(verb => definition.Verbs.Contains(verb)))
        {
            WriteObject(definition, $"{collection}/{{name}}");
        }

        foreach (var subresource in definition.Subresources)
        {
            WriteSubresource(definition, subresource, $"{collection}/{{name}}/{subresource.Name}");
        }
    }

    private void WriteCollection(ResourceDefinition definition, string path)
    {
        BeginPath(path, definition, definition.IsNamespaced, isNamed: false);
        WriteOperation(definition, "get", "list", "", OperationParameters.List, null, $"{definition.SchemaType}List");
        WriteOperation(definition, "post", "create", "", OperationParameters.Write, definition.SchemaType, definition.SchemaType);
        WriteOperation(
            definition, "delete", "deletecollection", "", OperationParameters.DeleteCollection, SchemaNames.DeleteOptions, SchemaNames.Status);
        writer.WriteEndObject();
    }

    private void WriteObject(ResourceDefinition definition, string path)
    {
        BeginPath(path, definition, definition.IsNamespaced, isNamed: true);
        WriteOperation(definition, "get", "get", "", [], null, definition.SchemaType);
        WriteOperation(definition, "put", "update", "", OperationParameters.Write, definition.SchemaType, definition.SchemaType);
        WriteOperation(definition, "patch", "patch", "", OperationParameters.Patch, null, definition.SchemaType);
        WriteOperation(definition, "delete", "delete", "", OperationParameters.Delete, SchemaNames.DeleteOptions, SchemaNames.Status);
        writer.WriteEndObject();
    }

    private void WriteSubresource(ResourceDefinition definition, SubresourceDefinition subresource, string path)
    {
        var kind = new GroupVersionKind(subresource.Group ?? definition.Group, subresource.Version ?? definition.Version, subresource.Kind);
        var type = subresource.Name switch
        {
            "log" or "exec" or "attach" or "portforward" or "proxy" => null,
            _ when subresource.Kind == definition.Kind => definition.SchemaType,
            _ => $"k8s.io.api.{(kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0])}.{kind.Version}.{kind.Kind}",
        };
        BeginPath(path, definition, definition.IsNamespaced, isNamed: true);
        foreach (var verb in subresource.Verbs)
        {
            var (method, parameters) = verb switch
            {
                "get" => ("get", subresource.Name == "log" ? OperationParameters.Log : OperationParameters.Connect(subresource.Name) ?? []),
                "create" => ("post", OperationParameters.Connect(subresource.Name) ?? OperationParameters.Write),
                "update" or "patch" or "delete" when subresource.Name == "proxy" => (verb == "update" ? "put" : verb, OperationParameters.Connect("proxy")!),
                "update" => ("put", OperationParameters.Write),
                _ => ("patch", OperationParameters.Patch),
            };
            var body = method is "post" or "put" ? type : null;
            WriteOperation(definition, method, verb, Capital(subresource.Name), parameters, body, type, kind);
        }

        writer.WriteEndObject();
    }

    private void BeginPath(string path, ResourceDefinition definition, bool isNamespaced, bool isNamed)
    {
        writer.WriteStartObject(path);
        List<OperationParameters.Parameter> parameters = [];
        if (isNamed)
        {
            parameters.Add(OperationParameters.Name(definition.Kind));
        }

        if (isNamespaced)
        {
            parameters.Add(OperationParameters.Namespace);
        }

        OperationParameters.WriteAll(writer, [.. parameters, OperationParameters.Pretty]);
    }

    private void WriteOperation(
        ResourceDefinition definition, string method, string verb, string suffix, OperationParameters.Parameter[] parameters, string? body,
        string? answer, GroupVersionKind? kind = null)
    {
        var isObjectVerb = suffix.Length == 0 || suffix == "ForAllNamespaces";
        if (isObjectVerb && !definition.Verbs.Contains(verb))
        {
            return;
        }

        writer.WriteStartObject(method);
        writer.WriteStartArray("tags");
        writer.WriteStringValue(definition.Group.Length == 0 ? $"core_{definition.Version}" : $"{definition.Group.Split('.')[0]}_{definition.Version}");
        writer.WriteEndArray();
        writer.WriteString("description", Describe(definition, verb, suffix));
        writer.WriteString("operationId", OperationId(definition, verb, suffix));
        OperationParameters.WriteAll(writer, parameters);
        WriteRequestBody(method, body);
        WriteResponses(method, answer);
        writer.WriteString("x-kubernetes-action", verb == "create" ? "post" : verb == "update" ? "put" : verb);
        writer.WritePropertyName("x-kubernetes-group-version-kind");
        (kind ?? new(definition.Group, definition.Version, definition.Kind)).Write(writer);
        writer.WriteEndObject();
    }

    private void WriteRequestBody(string method, string? body)
    {
        if (method == "patch")
        {
            writer.WriteStartObject("requestBody");
            writer.WriteStartObject("content");
            foreach (var mediaType in PatchTypes)
            {
                writer.WriteStartObject(mediaType);
                writer.WriteStartObject("schema");
                writer.WriteString("type", mediaType.StartsWith("application/json-patch", StringComparison.Ordinal) ? "array" : "object");
                if (mediaType.StartsWith("application/json-patch", StringComparison.Ordinal))
                {
                    writer.WriteStartObject("items");
                    writer.WriteString("type", "object");
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteBoolean("required", true);
            writer.WriteEndObject();
        }
        else if (body is not null)
        {
            writer.WriteStartObject("requestBody");
            WriteContent(body);
            writer.WriteEndObject();
        }
    }

    private void WriteResponses(string method, string? answer)
    {
        writer.WriteStartObject("responses");
        writer.WriteStartObject(method == "post" && answer is not null ? "201" : "200");
        writer.WriteString("description", method == "post" ? "Created" : "OK");
        if (answer is not null)
        {
            WriteContent(answer);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("401");
        writer.WriteString("description", "Unauthorized");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteContent(string type)
    {
        if (!type.EndsWith("List", StringComparison.Ordinal))
        {
            schemas.Include(type);
        }

        writer.WriteStartObject("content");
        foreach (var mediaType in (ReadOnlySpan<string>)["application/json", "application/yaml"])
        {
            writer.WriteStartObject(mediaType);
            writer.WriteStartObject("schema");
            writer.WriteString("$ref", SchemaNames.Reference(type));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string Describe(ResourceDefinition definition, string verb, string suffix)
    {
        var subject = suffix.Length == 0 || suffix == "ForAllNamespaces" ? definition.Kind : $"{suffix.ToLowerInvariant()} of the {definition.Kind}";
        return verb switch
        {
            "list" => $"list or watch objects of kind {definition.Kind}{(suffix.Length == 0 ? "" : " in all namespaces")}",
            "create" => $"create {subject}",
            "get" => $"read the {subject}",
            "update" => $"replace the {subject}",
            "patch" => $"partially update the {subject}",
            "delete" => $"delete the {subject}",
            _ => $"delete a collection of {definition.Kind}",
        };
    }

    private static string OperationId(ResourceDefinition definition, string verb, string suffix)
    {
        var action = verb switch
        {
            "get" => "read",
            "update" => "replace",
            "deletecollection" => "delete",
            _ => verb,
        };
        var group = definition.Group.Length == 0 ? "Core" : Capital(definition.Group.Split('.')[0]);
        var collection = verb == "deletecollection" ? "Collection" : "";
        var scope = definition.IsNamespaced && suffix != "ForAllNamespaces" ? "Namespaced" : "";
        return $"{action}{group}{Capital(definition.Version)}{collection}{scope}{definition.Kind}{suffix}";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
