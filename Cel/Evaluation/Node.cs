using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>A part of a compiled expression.</summary>
internal delegate CelValue Node(Frame frame);
