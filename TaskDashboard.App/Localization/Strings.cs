namespace TaskDashboard.App.Localization;

/// <summary>Names the resources of every string that people read: <c>Strings.resx</c> is English, <c>Strings.zh-Hans.resx</c> Chinese.</summary>
public sealed class Strings;
