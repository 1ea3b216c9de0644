using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Api.Tables;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Health;

/// <summary><c>componentstatuses</c>: what <c>kubectl get cs</c> shows; nothing is stored.</summary>
internal sealed class ComponentStatuses(ComponentProbe probe, TimeProvider time) : IVirtualResource
{
    private static readonly ResourceDefinition Shape = new()
    {
        Group = "", Version = "v1", Kind = "ComponentStatus", Plural = "componentstatuses", Singular = "componentstatus", Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.core.v1.ComponentStatus", ShortNames = ["cs"], Verbs = ["get", "list"],
        Columns =
        [
            new("Status", "string", "Status of the component conditions", static (item, _) => Healthy(item).Text("status") switch
            {
                "True" => "Healthy",
                "False" => "Unhealthy",
                _ => "Unknown",
            }),
            new("Message", "string", "Message of the component conditions", static (item, _) => Healthy(item).Text("message")),
            new("Error", "string", "Error of the component conditions", static (item, _) => Healthy(item).Text("error")),
        ],
    };

    public ServedResource Resource { get; } = ServedResource.Of(Shape);

    public async Task HandleAsync(VirtualRequest request)
    {
        var context = request.Http;
        if (!LabelSelector.TryParse(context.Request.Query.Text("labelSelector"), out var selector, out var problem))
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest(problem));
            return;
        }

        if (!TableRows.TryReadInclude(context.Request.Query, out var include, out var error))
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        context.AddWarnings(["v1 ComponentStatus is deprecated in v1.19+"]);
        var components = await probe.ProbeAsync(context.RequestAborted);
        if (request.Verb == RequestVerb.Get)
        {
            components = [.. components.Where(component => component.Name == request.Path.Name)];
            if (components.Length == 0)
            {
                await context.WriteErrorAsync(ResourceErrors.NotFound(new ResourceType("", Shape.Plural), request.Path.Name));
                return;
            }
        }
        else if (!selector.Matches(TextMap.Empty))
        {
            components = [];
        }

        var bodies = components.Select(Describe).ToList();
        await context.WriteJsonAsync(
            request.Format,
            request.Format.Shape == ResponseShape.Table ? Table(bodies, include, request.Format.MetaVersion)
                : request.Verb == RequestVerb.Get ? bodies[0] : List(bodies));
    }

    private static byte[] Describe(ComponentHealth component)
    {
        var condition = new JsonObject { ["type"] = "Healthy", ["status"] = component.Error is null ? "True" : "False" };
        condition[component.Error is null ? "message" : "error"] = component.Error ?? "ok";
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(new JsonObject
        {
            ["kind"] = Shape.Kind, ["apiVersion"] = Shape.ApiVersion, ["metadata"] = new JsonObject { ["name"] = component.Name, ["creationTimestamp"] = null },
            ["conditions"] = new JsonArray(condition),
        });
    }

    private static ReadOnlyMemory<byte> List(List<byte[]> bodies) => Write(writer =>
    {
        ListEnvelope.Begin(writer, $"{Shape.Kind}List", Shape.ApiVersion, string.Empty);
        writer.WriteStartArray("items");
        bodies.ForEach(body => writer.WriteRawValue(body, skipInputValidation: true));
    });

    private ReadOnlyMemory<byte> Table(List<byte[]> bodies, IncludeObject include, string metaVersion) => Write(writer =>
    {
        var columns = TableColumns.Of(Shape);
        ListEnvelope.BeginTable(writer, metaVersion, string.Empty);
        TableColumns.WriteDefinitions(writer, columns);
        writer.WriteStartArray("rows");
        bodies.ForEach(body => TableRows.Write(writer, columns, body, include, metaVersion, time.GetUtcNow()));
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            write(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static JsonElement Healthy(JsonElement item) =>
        item.Items("conditions").FirstOrDefault(static condition => condition.Text("type") == "Healthy");
}
