using System.Text.Json.Nodes;
using Crescent.Identity;

namespace Crescent.Grains.FlowControl;

/// <summary>A FlowSchema or priority level every cluster has.</summary>
/// <param name="Key">Where it stands.</param>
/// <param name="Body">As it is created.</param>
/// <param name="IsMandatory">Its spec cannot be another one; a suggested object's can, once its annotation says so.</param>
internal sealed record DefaultFlow(ResourceKey Key, JsonObject Body, bool IsMandatory);
