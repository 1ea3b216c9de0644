using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Validation;

namespace Crescent.Grains.Mutation;

/// <summary>A subresource whose body is the whole object and which writes a part of it.</summary>
/// <param name="Take">Copies the part from the body (second) into a copy of the stored object (first).</param>
/// <param name="ValidateUpdate">Checks the step from the old object (second) to the new one (first), in place of the kind's own check.</param>
internal sealed record PartRules(Action<JsonObject, JsonObject> Take, Action<JsonObject, JsonObject, Problems> ValidateUpdate);
